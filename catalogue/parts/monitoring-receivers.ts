import type * as z from "zod";
import type { SecretKey } from "../../constructs/secrets";
import type { AlertReceivers } from "../../constructs/services";
import { declaredKey } from "../../environments/schema/service-secrets";
import { strict, text } from "../fields";

const secretKey = declaredKey("platform/alerts#slack-url");

const address = text(/^[^\s@]+@[^\s@]+$/, "a mail address", "write one address, such as a mailing list's");

/** Who is told of alerts; all that is secret are keys of declared secrets. */
export const alertsInput = strict({
  receivers: strict({
    webhook: strict({ url: secretKey }).optional(),
    slack: strict({
      url: secretKey,
      channel: text(/^#[a-z0-9._-]+$/, "a channel, such as #data-platform", "begin with #"),
    }).optional(),
    pagerduty: strict({ routingKey: secretKey }).optional(),
    email: strict({
      to: address,
      from: address,
      server: text(/^[a-z0-9.-]+:\d+$/, "host and port of a mail server with TLS", "such as smtp.example.com:587"),
      username: text(/^\S+$/, "the user that logs in to the mail server", "write its name"),
      password: secretKey,
    }).optional(),
  }).optional(),
});

/** Receivers with the keys that they name. */
export function receiversOf(
  { receivers = {} }: z.output<typeof alertsInput>,
  keyOf: (reference: string) => SecretKey,
): AlertReceivers {
  const { webhook, slack, pagerduty, email } = receivers;
  return {
    ...(webhook ? { webhook: { url: keyOf(webhook.url) } } : {}),
    ...(slack ? { slack: { url: keyOf(slack.url), channel: slack.channel } } : {}),
    ...(pagerduty ? { pagerduty: { routingKey: keyOf(pagerduty.routingKey) } } : {}),
    ...(email ? { email: { ...email, password: keyOf(email.password) } } : {}),
  };
}
