/** The rows of the list, in its order. */
import type { Row } from "../row.js";
import { row as dump } from "./01-dump.js";
import { row as traffic } from "./02-traffic.js";
import { row as logs } from "./03-logs.js";
import { row as flips } from "./04-flips.js";
import { row as movedGroups } from "./05-moved-groups.js";
import { row as swappedDocuments } from "./06-swapped-documents.js";
import { row as removed } from "./07-removed.js";
import { row as plaintext } from "./08-plaintext.js";
import { row as signed } from "./09-signed.js";
import { row as tokens } from "./10-tokens.js";
import { row as olderGroup } from "./11-older-group.js";
import { row as olderDocument } from "./12-older-document.js";
import { row as deleted } from "./13-deleted.js";
import { row as ownDocuments } from "./14-own-documents.js";
import { row as recreatedContainer } from "./15-recreated-container.js";
import { row as plantedKeys } from "./16-planted-keys.js";
import { row as otherVault } from "./17-other-vault.js";
import { row as deletedKeys } from "./18-deleted-keys.js";
import { row as otherAnswers } from "./19-other-answers.js";
import { row as hostileJson } from "./20-hostile-json.js";
import { row as otherContinuations } from "./21-other-continuations.js";
import { row as scripts } from "./22-scripts.js";
import { row as lengths } from "./23-lengths.js";
import { row as foreignTenant } from "./24-foreign-tenant.js";
import { row as lowPrivilege } from "./25-low-privilege.js";
import { row as movingIn } from "./26-moving-in.js";
import { row as rolledBackKeys } from "./27-rolled-back-keys.js";

export const ROWS: readonly Row[] = [
  dump,
  traffic,
  logs,
  flips,
  movedGroups,
  swappedDocuments,
  removed,
  plaintext,
  signed,
  tokens,
  olderGroup,
  olderDocument,
  deleted,
  ownDocuments,
  recreatedContainer,
  plantedKeys,
  otherVault,
  deletedKeys,
  otherAnswers,
  hostileJson,
  otherContinuations,
  scripts,
  lengths,
  foreignTenant,
  lowPrivilege,
  movingIn,
  rolledBackKeys,
];
