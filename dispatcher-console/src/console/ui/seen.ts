/** Returns whether an element can be seen: what lies hidden under the registry keeps its room, and is not to be acted on. */
export function isSeen(element: Element): boolean {
  return element.checkVisibility({ visibilityProperty: true });
}
