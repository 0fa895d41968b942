export * from './format';
export { locale } from './locale';
export { shellQuoted } from './shell';
