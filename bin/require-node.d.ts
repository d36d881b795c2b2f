export function whyNotNode(version: string): string | undefined;
