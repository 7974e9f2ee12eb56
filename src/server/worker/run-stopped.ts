/** Why a run is ended before its work is done: what its claim's signal aborts with. */
export type StopReason =
  /** Somebody canceled or deleted the job. */
  | 'canceled'
  /** The engine gave the job to another run. */
  | 'claim_lost'
  /** The worker is told to end. */
  | 'handed_back'
  /** It took longer than any run may. */
  | 'timed_out'
  | 'database_silent';

export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`the run was stopped: ${reason}`);
    this.reason = reason;
  }
}
