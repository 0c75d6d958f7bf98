/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-chat-owner.h"
#include "opt-outbox-claim-private.h"
#include "opt-outbox-draft.h"

static gboolean
mark_sent (OptTransaction *transaction,
           OptErrand      *errand,
           GError        **error)
{
  /* A file made of a text is only needed as long as it may have to go again. */
  return opt_transaction_run (transaction, error,
                              "UPDATE outbox SET state = 'sent', sent = $2,"
                              "  message_id = NULLIF($3, 0), error_code = NULL, error_text = $4 "
                              "WHERE id = $1",
                              "iiis", errand->id, errand->answered, errand->message_id,
                              errand->words) &&
         (!errand->has_contents ||
          opt_transaction_run (transaction, error, "DELETE FROM outbox_contents WHERE id = $1",
                               "i", errand->id));
}

static gboolean
mark_dead (OptTransaction *transaction,
           OptErrand      *errand,
           GError        **error)
{
  return opt_transaction_run (transaction, error,
                              "UPDATE outbox SET state = 'dead', error_code = NULLIF($2, 0),"
                              "  error_text = $3 WHERE id = $1",
                              "iis", errand->id, (gint64)errand->code, errand->words);
}

static gboolean
mark_again (OptTransaction *transaction,
            OptErrand      *errand,
            GError        **error)
{
  return opt_transaction_run (transaction, error,
                              "UPDATE outbox SET state = 'queued', not_before = NULLIF($2, 0),"
                              "  repeated = CASE WHEN $3 <> 0 THEN 1 ELSE repeated END,"
                              "  error_code = NULLIF($4, 0), error_text = $5 WHERE id = $1",
                              "iiiis", errand->id, errand->until,
                              (gint64)(errand->repeated != FALSE), (gint64)errand->code,
                              errand->words);
}

static gboolean
mark_change (OptTransaction *transaction,
             OptErrand      *errand,
             GError        **error)
{
  switch (errand->change)
    {
    case OPT_JUDGE_WITHOUT_REPLY:
      return opt_transaction_run (transaction, error,
                                  "UPDATE outbox SET reply_to = 0 WHERE id = $1", "i", errand->id);
    case OPT_JUDGE_WITHOUT_TOPIC:
      return opt_transaction_run (transaction, error,
                                  "UPDATE outbox SET topic = 0 WHERE id = $1", "i", errand->id);
    case OPT_JUDGE_AS_TEXT:
      return opt_transaction_run (transaction, error,
                                  "UPDATE outbox SET kind = 'text', target = 0, refers = 0 "
                                  "WHERE id = $1",
                                  "i", errand->id);
    case OPT_JUDGE_DEAD:
    case OPT_JUDGE_DONE:
    default:
      return TRUE;
    }
}

/* Every stored reference follows in the same transaction, so that no crash tears them apart. */
static gboolean
mark_moved (OptTransaction *transaction,
            OptErrand      *errand,
            GPtrArray      *owners,
            GError        **error)
{
  g_autofree char *moved_to = g_strdup_printf ("%" G_GINT64_FORMAT, errand->moved_to);

  if (!mark_again (transaction, errand, error) ||
      !opt_outbox_move_chat (transaction, errand->bot, errand->chat, moved_to, error))
    return FALSE;
  for (guint i = 0; owners != NULL && i < owners->len; i++)
    if (!opt_chat_owner_chat_moved (g_ptr_array_index (owners, i), transaction, errand->bot,
                                    errand->chat, moved_to, error))
      return FALSE;
  return TRUE;
}

/**
 * opt_outbox_mark:
 * @transaction: on the writer thread
 * @errand: a row that was claimed, with its answer
 * @owners: (nullable) (element-type OptChatOwner): who else stores ids of chats
 * @error: return location
 *
 * Writes what became of a row.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_outbox_mark (OptTransaction *transaction,
                 OptErrand      *errand,
                 GPtrArray      *owners,
                 GError        **error)
{
  switch (errand->mark)
    {
    case OPT_MARK_SENT:
      return mark_sent (transaction, errand, error);
    case OPT_MARK_DEAD:
      return mark_dead (transaction, errand, error);
    case OPT_MARK_AGAIN:
      return mark_again (transaction, errand, error) && mark_change (transaction, errand, error);
    case OPT_MARK_MOVED:
      return mark_moved (transaction, errand, owners, error);
    case OPT_MARK_BACK:
    default:
      return opt_transaction_run (transaction, error,
                                  "UPDATE outbox SET state = 'queued', attempts = attempts - 1 "
                                  "WHERE id = $1",
                                  "i", errand->id);
    }
}
