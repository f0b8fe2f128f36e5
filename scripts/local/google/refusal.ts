/** Thrown where Google's API refuses a request: https://developers.google.com/workspace/calendar/api/guides/errors */
export class GoogleRefusal extends Error {
  constructor(readonly status: number, readonly reason: string, message: string) {
    super(message);
  }

  get body(): unknown {
    return googleError(this.status, this.reason, this.message);
  }
}

export function googleError(status: number, reason: string, message: string): unknown {
  return { error: { errors: [{ domain: "global", reason, message }], code: status, message } };
}

export function notFound(): GoogleRefusal {
  return new GoogleRefusal(404, "notFound", "Not Found");
}

export function invalid(message: string): GoogleRefusal {
  return new GoogleRefusal(400, "invalid", message);
}
