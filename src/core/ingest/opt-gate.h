/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "opt-snapshot.h"
#include "opt-transaction.h"
#include "opt-update.h"

G_BEGIN_DECLS

/**
 * OptReceiver:
 * @bot_id: Telegram's numeric id of the bot that received the update
 * @name: the bot's name here
 * @username: (nullable): without @, once getMe has told it
 * @now: microseconds since 1970 when the batch came in
 *
 * Who received an update, and when.
 */
typedef struct
{
  gint64      bot_id;
  const char *name;
  const char *username;
  gint64      now;
} OptReceiver;

typedef enum {
  OPT_VERDICT_NOBODY, /* no user is named: nobody to serve */
  OPT_VERDICT_ALLOWED,
  OPT_VERDICT_STRANGER, /* not in the list */
  OPT_VERDICT_DENIED,   /* the name is in the list, but pinned to another id */
} OptVerdictKind;

/**
 * OptVerdict:
 * @kind: whether to serve
 * @may_greet: a stranger in a private chat that was not told yet today
 */
typedef struct
{
  OptVerdictKind kind;
  gboolean       may_greet;
} OptVerdict;

#define OPT_TYPE_GATE (opt_gate_get_type ())
G_DECLARE_INTERFACE (OptGate, opt_gate, OPT, GATE, GObject)

/**
 * OptGateInterface:
 * @judge: says who may be served; runs on the writer thread, inside the update's transaction
 *
 * Asked before any reactor.
 */
struct _OptGateInterface
{
  GTypeInterface parent_iface;

  gboolean (*judge) (OptGate           *self,
                     OptTransaction    *transaction,
                     const OptReceiver *receiver,
                     OptUpdate         *update,
                     OptSnapshot       *snapshot,
                     OptVerdict        *verdict,
                     GError           **error);
};

gboolean opt_gate_judge (OptGate           *self,
                         OptTransaction    *transaction,
                         const OptReceiver *receiver,
                         OptUpdate         *update,
                         OptSnapshot       *snapshot,
                         OptVerdict        *verdict,
                         GError           **error);

G_END_DECLS
