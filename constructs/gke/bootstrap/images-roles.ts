import type { PlatformRole } from "./platform-roles";

/** What publishing an image takes on the project; keys that sign and the repository are granted where each is made. */
export const imagesRoles: readonly PlatformRole[] = [
  {
    id: "Attestations",
    permissions: [
      "binaryauthorization.attestors.get",
      "binaryauthorization.attestors.list",
      "containeranalysis.notes.attachOccurrence",
      "containeranalysis.notes.get",
      "containeranalysis.occurrences.create",
      "containeranalysis.occurrences.get",
      "containeranalysis.occurrences.list",
    ],
    reason: "saying which images CI has built: the ready-made roles may take such a statement back as well",
  },
];
