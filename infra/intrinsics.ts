/** What CloudFormation fills in when it deploys a template. */
export const ref = (id: string) => ({ Ref: id });
export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const attributeOf = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });
export const sub = (text: string) => ({ 'Fn::Sub': text });

/** `Scan` of `scan`: how the ids of a function's resources begin. */
export const idOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
