select format('select cron.schedule(%L, %L, %L);', jobname, schedule, command) as ddl
from cron.job
order by jobname
