import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { Connect } from "./account/connect.tsx";
import { SessionEnded } from "./account/session_ended.tsx";
import { SignIn } from "./account/sign_in.tsx";
import { config } from "./config.ts";
import { hasExpired, openProject, person } from "./session.ts";
import { Shell } from "./shell.tsx";
import { Skeleton } from "./ui/skeleton.tsx";
import { Toast } from "./ui/toast.tsx";

/** What comes before everything else: which project, and who. */
export function App(): VNode {
  const project = config.value;
  useEffect(() => {
    if (project) openProject(project);
  }, [project]);

  if (project === null) return <Connect />;
  if (project === undefined || person.value === undefined) return <Skeleton />;
  if (person.value === null) return <SignIn />;
  return (
    <>
      <Shell key={person.value.id} person={person.value} />
      <Toast />
      {hasExpired.value && <SessionEnded email={person.value.email} />}
    </>
  );
}
