import type { Static, TObject } from 'typebox';
import type { ApprovalStatus } from '../model/approval.ts';
import type { Template } from '../model/setup.ts';
import type { TemplateFinding } from '../model/template-finding.ts';
import type { ApprovedParts } from '../model/template-form.ts';
import type { Call } from './call.ts';
import type { UploadFile } from './files.ts';

/**
 * Templates at a provider that approves them: what it would refuse, handing them in, and how they stand there. Nothing is
 * ever taken away at a provider unless somebody asks for that.
 */
export interface ProviderTemplates<Account extends TObject = TObject> {
  /** What the provider would not take, or not approve. Pure. */
  check(draft: TemplateDraft): TemplateFinding[];
  /** The setting without which the provider cannot be asked about templates; undefined: all are there. */
  lacks(account: Static<Account>): string | undefined;
  /**
   * Hands a template in; with `templateId`, in place of what the provider has under that id. The account is checked.
   * Throws `SendFailure`: OUTCOME_UNKNOWN when nobody knows whether it was taken.
   */
  submit(submission: TemplateSubmission, account: Static<Account>, call: Call): Promise<Submitted>;
  /** A page of all that the provider has; `after` is the `next` of the page before. Throws `SendFailure`. */
  list(account: Static<Account>, call: Call, after?: string): Promise<ProviderPage>;
  /** What the provider has under this name in this language. Throws `SendFailure`. */
  find(
    name: { name: string; lang: string },
    account: Static<Account>,
    call: Call,
  ): Promise<ProviderTemplate | undefined>;
  /** Takes one away at the provider; one that is not there is no failure. Throws `SendFailure`. */
  remove?(
    template: { name: string; lang: string; templateId?: string },
    account: Static<Account>,
    call: Call,
  ): Promise<void>;
}

/** A template to be looked at. */
export interface TemplateDraft {
  template: Template;
  /** The sample for a placeholder. */
  sample(path: string): string | undefined;
  /** What is known of the file above the text. */
  file?: { mime?: string; sizeBytes?: number };
}

/** A template to be handed in: nothing stands against it (`check`). */
export interface TemplateSubmission extends TemplateDraft {
  /** The provider's id of the one that it replaces. */
  templateId?: string;
  /** The file above the text, as a sample. */
  media?: { link: string; open(): Promise<UploadFile> };
}

/** What the provider answered. */
export type Submitted =
  | { kind: 'taken'; standing: Standing }
  /** There is one of this name and language already. */
  | { kind: 'exists' }
  /** It will not have it, and why: the field is ours. */
  | { kind: 'refused'; field?: string; code: string; text: string };

/** How a template stands at its provider. */
export interface Standing {
  /** The provider's id; absent where it tells none. */
  templateId?: string;
  status: ApprovalStatus;
  reason?: string;
  category?: string;
  quality?: string;
}

/** A template as its provider has it. */
export interface ProviderTemplate extends Standing {
  name: string;
  lang: string;
  /** What it says; undefined where it has parts that ours have no words for. */
  parts?: ApprovedParts & Pick<Template, 'samples' | 'named'>;
  /** What these parts are, in the provider's words. */
  unknownParts?: string;
}

export interface ProviderPage {
  templates: ProviderTemplate[];
  /** Absent on the last page. */
  next?: string;
}
