/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * OptParcel:
 * @bot: the bot's name
 * @method: of the Bot API, such as `sendMessage`
 * @body: the parameters, a JSON object
 * @field: (nullable): the parameter that takes @file; %NULL without a file
 * @file_name: (nullable): what the file is called
 * @mime: (nullable): the file's type
 * @file: (nullable): the file's bytes
 *
 * One request that is to leave, valid until it is answered.
 */
typedef struct
{
  const char *bot;
  const char *method;
  const char *body;
  const char *field;
  const char *file_name;
  const char *mime;
  GBytes     *file;
} OptParcel;

/**
 * OptDeliveryOutcome:
 * @OPT_DELIVERY_OK: done
 * @OPT_DELIVERY_AGAIN: it surely had no effect (never written, or a 5xx of the API): repeat,
 *   saying nothing
 * @OPT_DELIVERY_UNKNOWN: written, but no (sensible) answer: repeat, saying so
 * @OPT_DELIVERY_FLOOD: 429: repeat after @retry_after
 * @OPT_DELIVERY_MOVED: the group has a new id, @moved_to: repeat there
 * @OPT_DELIVERY_REFUSED: any other 4xx; @code and @description say why
 * @OPT_DELIVERY_UNAVAILABLE: the bot can't send at all (no token, locked, 401): hold it
 */
typedef enum {
  OPT_DELIVERY_OK,
  OPT_DELIVERY_AGAIN,
  OPT_DELIVERY_UNKNOWN,
  OPT_DELIVERY_FLOOD,
  OPT_DELIVERY_MOVED,
  OPT_DELIVERY_REFUSED,
  OPT_DELIVERY_UNAVAILABLE,
} OptDeliveryOutcome;

/**
 * OptDelivered:
 * @outcome: what came of it
 * @message_id: OK: of the message, or 0
 * @code: not OK: the API's error_code, or 0
 * @description: (nullable): not OK: the API's words, or what happened to the connection;
 *   no secret in it
 * @retry_after: FLOOD: microseconds
 * @moved_to: MOVED: the new chat id
 *
 * The answer to one #OptParcel, borrowed for the call.
 */
typedef struct
{
  OptDeliveryOutcome outcome;
  gint64             message_id;
  int                code;
  const char        *description;
  gint64             retry_after;
  gint64             moved_to;
} OptDelivered;

/**
 * OptDeliveredFunc:
 * @delivered: the answer
 * @user_data: what was given with the parcel
 *
 * Takes the answer; called exactly once for each parcel, on the main context.
 */
typedef void (*OptDeliveredFunc) (const OptDelivered *delivered,
                                  gpointer            user_data);

#define OPT_TYPE_DELIVERY (opt_delivery_get_type ())
G_DECLARE_INTERFACE (OptDelivery, opt_delivery, OPT, DELIVERY, GObject)

/**
 * OptDeliveryInterface:
 * @deliver: sends @parcel and calls @done, from inside the call or later; once @cancellable
 *   is cancelled it is called too, soon
 *
 * What carries requests to Telegram. A plain callback rather than a task, since it is called for
 * every message.
 */
struct _OptDeliveryInterface
{
  GTypeInterface parent_iface;

  void (*deliver) (OptDelivery     *self,
                   const OptParcel *parcel,
                   GCancellable    *cancellable,
                   OptDeliveredFunc done,
                   gpointer         user_data);
};

void opt_delivery_deliver (OptDelivery     *self,
                           const OptParcel *parcel,
                           GCancellable    *cancellable,
                           OptDeliveredFunc done,
                           gpointer         user_data);

G_END_DECLS
