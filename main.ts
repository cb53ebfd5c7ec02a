import { App } from "cdktf";
import { datalypticaOnKind } from "./environments/datalyptica";
import { gkeDev } from "./environments/gke-dev";
import { gkeProd } from "./environments/gke-prod";
import { gkeStaging } from "./environments/gke-staging";
import { kind } from "./environments/kind";
import { minikube } from "./environments/minikube";
import { buildPlatform } from "./stacks/platform";

// A stack trace names paths of the machine, and takes time.
const app = new App({ stackTraces: false });
buildPlatform(app, minikube);
buildPlatform(app, kind);
buildPlatform(app, datalypticaOnKind);
buildPlatform(app, gkeDev);
buildPlatform(app, gkeStaging);
buildPlatform(app, gkeProd);
app.synth();
