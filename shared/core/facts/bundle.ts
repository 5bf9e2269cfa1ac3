/** One refused or failed call. */
export interface BundleError {
  readonly Operation: string;
  readonly Code: string;
  readonly Message?: string;
  readonly ResourceId?: string;
}

/**
 * A network as AWS describes it (formats.md section 1): each key is the output member of one AWS call, its value what the SDK prints for it.
 * A missing key means "not collected"; an empty list means "collected, none exist".
 */
export interface Bundle {
  readonly Meta?: { readonly AccountId?: string; readonly Region?: string; readonly CollectedAt?: string };
  readonly Errors?: readonly BundleError[];
  readonly [key: string]: unknown;
}
