-- Which country a phone number belongs to, and which numbers cost more than a text message should.
--
-- A compact table of our own, made from the metadata of libphonenumber 1.13.16: its types premium rate, shared cost, personal number and
-- pager, as prefixes; and, where most of our clinics are, toll-free and other numbers that no patient has. A few that it only knows in full
-- length were added. Satellites and international networks (+870, +881, +882, +883, +979, ...) belong to no country, so no setting allows
-- them.

create table private.number_prefixes (
  prefix    text primary key check (prefix ~ '^[1-9][0-9]*$'),
  country   text check (country ~ '^[A-Z]{2}$'),
  is_costly boolean not null default false,
  check (is_costly or country is not null)
);
comment on table private.number_prefixes is
  'Prefixes of numbers, without the plus: those of countries, and of ranges that are charged at a premium.';
comment on column private.number_prefixes.country is
  'ISO 3166-1 alpha-2. +1 is the United States, except for the area codes of other countries; null: a range within a country.';
grant select on private.number_prefixes to service_role;

with plan (calling_code, country, costly) as (values
  ('1', 'US', '{456,500,521,522,523,524,525,526,527,528,529,532,533,544,566,577,588,622,633,700,710,800,822,833,844,855,866,877,88,900,958,959,976}'),
  ('20', 'EG', '{90}'), ('211', 'SS', '{}'), ('212', 'MA', '{89}'), ('213', 'DZ', '{80}'),
  ('216', 'TN', '{81,82,88}'), ('218', 'LY', '{}'), ('220', 'GM', '{}'), ('221', 'SN', '{81,88}'),
  ('222', 'MR', '{}'), ('223', 'ML', '{}'), ('224', 'GN', '{}'), ('225', 'CI', '{}'), ('226', 'BF', '{}'),
  ('227', 'NE', '{09}'), ('228', 'TG', '{}'), ('229', 'BJ', '{}'), ('230', 'MU', '{219,30}'), ('231', 'LR', '{332}'),
  ('232', 'SL', '{}'), ('233', 'GH', '{}'), ('234', 'NG', '{}'), ('235', 'TD', '{}'), ('236', 'CF', '{87}'),
  ('237', 'CM', '{}'), ('238', 'CV', '{}'), ('239', 'ST', '{}'), ('240', 'GQ', '{90}'), ('241', 'GA', '{}'),
  ('242', 'CG', '{80}'), ('243', 'CD', '{}'), ('244', 'AO', '{}'), ('245', 'GW', '{}'), ('246', 'IO', '{}'),
  ('247', 'AC', '{}'), ('248', 'SC', '{85}'), ('249', 'SD', '{}'), ('250', 'RW', '{90}'), ('251', 'ET', '{}'),
  ('252', 'SO', '{}'), ('253', 'DJ', '{}'), ('254', 'KE', '{90}'), ('255', 'TZ', '{84,86,90}'), ('256', 'UG', '{90}'),
  ('257', 'BI', '{}'), ('258', 'MZ', '{}'), ('260', 'ZM', '{}'), ('261', 'MG', '{}'), ('262', 'RE', '{81,82,88,89}'),
  ('263', 'ZW', '{}'), ('264', 'NA', '{87}'), ('265', 'MW', '{}'), ('266', 'LS', '{}'), ('267', 'BW', '{90}'),
  ('268', 'SZ', '{90}'), ('269', 'KM', '{80,81,82,83,84,85,86,87,88,89}'), ('27', 'ZA', '{86,90,91,92}'),
  ('290', 'SH', '{}'), ('291', 'ER', '{}'), ('297', 'AW', '{90}'), ('298', 'FO', '{90}'), ('299', 'GL', '{}'),
  ('30', 'GR', '{70,80,81,82,85,87,90}'), ('31', 'NL', '{66,90}'), ('32', 'BE', '{70,78,90}'),
  ('33', 'FR', '{10,36,80,81,82,83,84,85,86,88,89}'), ('34', 'ES', '{70,80,90}'), ('350', 'GI', '{}'),
  ('351', 'PT', '{601,607,608,62,64,76,80,88}'), ('352', 'LU', '{801,900,901,905}'), ('353', 'IE', '{15,1800,70}'),
  ('354', 'IS', '{90}'), ('355', 'AL', '{70,80,90}'), ('356', 'MT', '{50,51,52}'), ('357', 'CY', '{70,80,90}'),
  ('358', 'FI', '{60,70}'), ('359', 'BG', '{700,90}'), ('36', 'HU', '{90,91}'),
  ('370', 'LT', '{70,808,900,902,903,909,91}'), ('371', 'LV', '{81,90}'), ('372', 'EE', '{40,70,90}'),
  ('373', 'MD', '{80,90}'), ('374', 'AM', '{80,90}'), ('375', 'BY', '{81,90}'),
  ('376', 'AD', '{10,11,12,13,14,15,16,17,18,19,90,91,92,93,94,95,96,97,98,99}'), ('377', 'MC', '{}'),
  ('378', 'SM', '{71,77,78}'), ('380', 'UA', '{90}'), ('381', 'RS', '{78,90}'), ('382', 'ME', '{94,95}'),
  ('383', 'XK', '{90}'), ('385', 'HR', '{60,61,64,65,69,74,75}'), ('386', 'SI', '{89,90}'),
  ('387', 'BA', '{81,82,90,92,94,96}'),
  ('389', 'MK', '{50,51,52,53,54,55,56,57,58,59,80,81,82,83,84,85,86,87,88,89}'),
  ('39', 'IT', '{0878,14,16,17,19,84,89}'), ('40', 'RO', '{80,90}'), ('41', 'CH', '{74,800,84,87,90}'),
  ('420', 'CZ', '{700,701,81,83,84,90,976}'), ('421', 'SK', '{85,86,87,88,89,900,9090,97,98}'), ('423', 'LI', '{90}'),
  ('43', 'AT', '{800,81,82,86,89,90,93}'), ('44', 'GB', '{500,70,76,800,808,84,87,9}'), ('45', 'DK', '{90}'),
  ('46', 'SE', '{649,74,75,77,9}'), ('47', 'NO', '{81,82,88}'), ('48', 'PL', '{64,70,80}'),
  ('49', 'DE', '{118,13,164,168,169,18,19,700,800,900}'), ('500', 'FK', '{}'), ('501', 'BZ', '{}'), ('502', 'GT', '{19}'),
  ('503', 'SV', '{90}'), ('504', 'HN', '{}'), ('505', 'NI', '{}'), ('506', 'CR', '{90}'),
  ('507', 'PA', '{822,855,86,877,878,886,900,981}'), ('508', 'PM', '{}'), ('509', 'HT', '{}'), ('51', 'PE', '{80}'),
  ('52', 'MX', '{30,50,90}'), ('53', 'CU', '{807}'), ('54', 'AR', '{60}'), ('55', 'BR', '{30,40,486,50,90}'),
  ('56', 'CL', '{}'), ('57', 'CO', '{19,90}'), ('58', 'VE', '{90}'), ('590', 'GP', '{81,82,89}'), ('591', 'BO', '{}'),
  ('592', 'GY', '{90}'), ('593', 'EC', '{}'), ('594', 'GF', '{81,82,89}'), ('595', 'PY', '{}'),
  ('596', 'MQ', '{81,82,89}'), ('597', 'SR', '{90}'), ('598', 'UY', '{90}'), ('599', 'CW', '{60,955}'),
  ('60', 'MY', '{}'), ('61', 'AU', '{13,16,19}'), ('62', 'ID', '{80}'), ('63', 'PH', '{}'),
  ('64', 'NZ', '{11,13,14,15,17,18,19,50,70,90}'), ('65', 'SG', '{19}'), ('66', 'TH', '{}'), ('670', 'TL', '{70,90}'),
  ('672', 'NF', '{}'), ('673', 'BN', '{}'), ('674', 'NR', '{}'), ('675', 'PG', '{270,271}'), ('676', 'TO', '{}'),
  ('677', 'SB', '{}'), ('678', 'VU', '{}'), ('679', 'FJ', '{}'), ('680', 'PW', '{}'), ('681', 'WF', '{}'),
  ('682', 'CK', '{}'), ('683', 'NU', '{}'), ('685', 'WS', '{}'), ('686', 'KI', '{}'), ('687', 'NC', '{36}'),
  ('688', 'TV', '{}'), ('689', 'PF', '{}'), ('690', 'TK', '{}'), ('691', 'FM', '{}'), ('692', 'MH', '{}'),
  ('7', 'RU', '{80}'), ('81', 'JP', '{20,600,990}'), ('82', 'KR', '{15,50,60}'), ('84', 'VN', '{19}'),
  ('850', 'KP', '{}'), ('852', 'HK', '{7100,7108,711,713,716,719,72,73,74,75,76,77,78,79,81,82,83,900}'),
  ('853', 'MO', '{}'), ('855', 'KH', '{}'), ('856', 'LA', '{}'), ('86', 'CN', '{160,168,40,950}'),
  ('880', 'BD', '{}'), ('886', 'TW', '{20,99}'), ('90', 'TR', '{512,88,89,90}'), ('91', 'IN', '{1860,1861}'),
  ('92', 'PK', '{12,90}'), ('93', 'AF', '{}'), ('94', 'LK', '{}'), ('95', 'MM', '{}'), ('960', 'MV', '{}'),
  ('961', 'LB', '{}'), ('962', 'JO', '{70,74,85,90,91,92,93,94,95,96,97,98,99}'), ('963', 'SY', '{}'),
  ('964', 'IQ', '{}'), ('965', 'KW', '{}'), ('966', 'SA', '{92}'), ('967', 'YE', '{}'), ('968', 'OM', '{900}'),
  ('970', 'PS', '{17}'), ('971', 'AE', '{70,90}'), ('972', 'IL', '{12,17,19}'),
  ('973', 'BH', '{84,87,90,91,92,93,94,95,96,97,98}'), ('974', 'QA', '{21,23,26}'), ('975', 'BT', '{}'),
  ('976', 'MN', '{}'), ('977', 'NP', '{}'), ('98', 'IR', '{}'), ('992', 'TJ', '{}'), ('993', 'TM', '{}'),
  ('994', 'AZ', '{}'), ('995', 'GE', '{}'), ('996', 'KG', '{}'), ('998', 'UZ', '{}')
)
insert into private.number_prefixes (prefix, country, is_costly)
select calling_code, country, false from plan
union all
select calling_code || range, null, true from plan cross join unnest(costly::text[]) range;

-- Countries that share a calling code with a larger one; in North America each has area codes of its own.
insert into private.number_prefixes (prefix, country)
select prefix, country
from (values
  ('CA', '{1204,1226,1236,1249,1250,1257,1263,1273,1289,1306,1343,1354,1365,1367,1368,1382,1403,1416,1418,1428,1431,1437,1438,1450,1468,1474,1506,1514,1519,1548,1579,1581,1584,1587,1600,1604,1613,1639,1647,1672,1683,1705,1709,1742,1753,1778,1780,1782,1807,1819,1825,1867,1873,1879,1902,1905,1942}'),
  ('BS', '{1242}'), ('BB', '{1246}'), ('AI', '{1264}'), ('AG', '{1268}'), ('VG', '{1284}'), ('VI', '{1340}'),
  ('KY', '{1345}'), ('BM', '{1441}'), ('GD', '{1473}'), ('TC', '{1649}'), ('JM', '{1658,1876}'), ('MS', '{1664}'),
  ('MP', '{1670}'), ('GU', '{1671}'), ('AS', '{1684}'), ('SX', '{1721}'), ('LC', '{1758}'), ('DM', '{1767}'),
  ('VC', '{1784}'), ('PR', '{1787,1939}'), ('DO', '{1809,1829,1849}'), ('TT', '{1868}'), ('KN', '{1869}'),
  ('GG', '{441481,445,447781,447839,4479111,4479117}'),
  ('JE', '{441534,447509,4477003,4477007,4477008,447797,447829,447937}'), ('IM', '{441624,4474576,447524,4476}'),
  ('KZ', '{77}'), ('BQ', '{5993,5994,5997}')
) as area (country, prefixes)
cross join unnest(prefixes::text[]) prefix
on conflict (prefix) do update set country = excluded.country;

create function private.prefixes_of(p_phone text) returns setof private.number_prefixes
language plpgsql stable rows 3 set search_path = '' as $$
begin
  return query
    select known.* from private.number_prefixes known
    where known.prefix = any (array(select substr(p_phone, 2, digits) from generate_series(1, 8) digits));
end
$$;
comment on function private.prefixes_of(text) is 'What is known about a number in E.164, by each of its prefixes.';
grant execute on function private.prefixes_of(text) to service_role;

create function private.country_of_number(p_phone text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select country from private.prefixes_of(p_phone) where country is not null order by length(prefix) desc limit 1);
end
$$;
comment on function private.country_of_number(text) is 'ISO 3166-1 alpha-2, for a number in E.164; null if it belongs to no country.';
grant execute on function private.country_of_number(text) to service_role;

create function private.is_costly_number(p_phone text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from private.prefixes_of(p_phone) where is_costly)
    -- In North America 976 is a premium exchange in every area.
    or p_phone ~ '^\+1[2-9][0-9]{2}976';
end
$$;
comment on function private.is_costly_number(text) is 'Whether a number in E.164 is in a premium, shared-cost, personal or pager range.';
grant execute on function private.is_costly_number(text) to service_role;
