export const Imports = () => null;
