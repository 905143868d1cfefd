/** As a `ref`: the field that just appeared is the one to type into. */
export function focusNow(field: HTMLElement | null): void {
  field?.focus();
}
