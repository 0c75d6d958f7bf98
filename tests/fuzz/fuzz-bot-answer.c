/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "opt-bot-answer.h"
#include "opt-bot-me.h"
#include "opt-bot-poll.h"
#include "opt-bot-webhook-info.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* Errors must fit to be shown: valid, one line, no secret, not long. */
static void
check_words (const char *words)
{
  if (!g_utf8_validate (words, -1, NULL) || strpbrk (words, "\r\n\t\x1b") != NULL ||
      strlen (words) > 4096)
    abort ();
}

static void
read_result (JsonNode *result)
{
  g_autoptr (OptBotMe) me = opt_bot_me_new_from_json (result, NULL);
  g_autoptr (OptBotWebhookInfo) info = NULL;
  g_autoptr (GPtrArray) updates = NULL;
  guint passed_over;

  info = opt_bot_webhook_info_new_from_json (result, NULL);
  updates = opt_bot_poll_read_updates (result, &passed_over);
  if ((me != NULL && me->id <= 0) || (info != NULL && !JSON_NODE_HOLDS_OBJECT (result)))
    abort ();
}

/* The first byte chooses the status, the rest is the body. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static const guint statuses[] = { 200, 200, 200, 400, 401, 404, 409, 429, 500, 302 };
  OptBotAnswer       answer = { .host = "example.org", .method = "getUpdates" };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) result = NULL;
  g_autofree char *header = NULL;

  if (size == 0)
    return 0;
  header = g_strndup ((const char *)data + 1, MIN (size - 1, 40));
  answer.status = statuses[data[0] % G_N_ELEMENTS (statuses)];
  answer.content_type = answer.retry_after = answer.location = header;
  answer.text = (const char *)data + 1;
  answer.length = size - 1;

  result = opt_bot_answer_get_result (&answer, &error);
  if ((result == NULL) == (error == NULL))
    abort ();
  if (result != NULL)
    {
      read_result (result);
      return 0;
    }
  check_words (error->message);
  if (opt_bot_error_get_description (error) != NULL)
    check_words (opt_bot_error_get_description (error));
  if (g_error_matches (error, OPT_BOT_ERROR, OPT_BOT_ERROR_FLOOD) !=
      (opt_bot_error_get_retry_after (error) > 0))
    abort ();
  return 0;
}
