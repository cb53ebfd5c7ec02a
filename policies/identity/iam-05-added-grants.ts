import { forEach, type Rule } from "../rule";
import { grants } from "./grants";

/** Types that say who has a right and so take it from everybody else. */
const whole = /_iam_(binding|policy)$/;

export const addedGrants: Rule = {
  id: "IAM-05",
  reason: "a grant that names all holders takes the right from Google's own agents and from other stacks",
  remedy: "use the type that ends in _iam_member, and name somebody",
  check: forEach(
    (stack) => grants(stack, /^google_/),
    ({ type, members }) => [
      ...(whole.test(type) ? [`${type} replaces what others have granted`] : []),
      ...members
        .filter((member) => /^(allUsers|allAuthenticatedUsers|domain:|projectOwner:|projectEditor:)/.test(member))
        .map((member) => `${member} is everybody, or a basic role by another name`),
    ],
  ),
};
