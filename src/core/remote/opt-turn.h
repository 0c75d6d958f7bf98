/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-catalogue.h"
#include "opt-config.h"
#include "opt-reactor.h"

G_BEGIN_DECLS

/**
 * OptTurn:
 * @transaction: the update's
 * @receiver: which bot, and when
 * @update: what came in
 * @config: what is set up
 * @catalogue: (nullable): the tasks there are
 * @effects: (element-type OptEffect): what is to be done
 * @reply_to: the person's message that is answered
 *
 * One turn of a conversation: what somebody did, and what becomes of it. Borrowed, on the writer
 * thread.
 */
typedef struct
{
  OptTransaction    *transaction;
  const OptReceiver *receiver;
  OptUpdate         *update;
  OptConfig         *config;
  OptCatalogue      *catalogue;
  GPtrArray         *effects;
  gint64             reply_to;
} OptTurn;

gboolean opt_turn_is_group (const OptTurn *turn);
gint64   opt_turn_get_asked (const OptTurn *turn);
gboolean opt_turn_is_late (const OptTurn *turn);

/* Each adds one effect. */
void opt_turn_say (OptTurn    *turn,
                   const char *text);
void opt_turn_say_format (OptTurn    *turn,
                          const char *format,
                          ...) G_GNUC_PRINTF (2, 3);
void opt_turn_say_error (OptTurn      *turn,
                         const GError *error);
void opt_turn_ask (OptTurn    *turn,
                   const char *text,
                   const char *markup);
void opt_turn_edit (OptTurn    *turn,
                    const char *text,
                    const char *markup);
void opt_turn_show (OptTurn    *turn,
                    const char *view,
                    const char *view_args);
void opt_turn_answer (OptTurn    *turn,
                      const char *text);
void opt_turn_run (OptTurn    *turn,
                   const char *task,
                   GHashTable *parameters);
void opt_turn_act (OptTurn      *turn,
                   OptEffectKind kind,
                   const char   *job);
void opt_turn_refuse_late (OptTurn    *turn,
                           const char *what);

G_END_DECLS
