export * from './format';
export { locale } from './locale';
export { shellQuoted, withToken } from './shell';
