/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-delivery.h"

G_BEGIN_DECLS

/**
 * OptFakeCall:
 *
 * One request that left, and what answers it.
 */
typedef struct
{
  char            *bot;       /* (owned) */
  char            *method;    /* (owned) */
  char            *body;      /* (owned) */
  char            *chat;      /* (owned) */
  char            *text;      /* (owned) (nullable): text or caption */
  char            *file_name; /* (owned) (nullable) */
  char            *mime;      /* (owned) (nullable) */
  GBytes          *file;      /* (owned) (nullable) */
  gint64           at;        /* boot time */
  gint64           message_id;
  gboolean         answered;
  OptDeliveredFunc done;
  gpointer         user_data;
} OptFakeCall;

#define OPT_TYPE_FAKE_DELIVERY (opt_fake_delivery_get_type ())
G_DECLARE_FINAL_TYPE (OptFakeDelivery, opt_fake_delivery, OPT, FAKE_DELIVERY, GObject)

/**
 * OptFakeFunc:
 *
 * Says what answers a call, at once; FALSE leaves it open.
 */
typedef gboolean (*OptFakeFunc) (OptFakeCall  *call,
                                 OptDelivered *delivered,
                                 gpointer      user_data);

OptFakeDelivery *opt_fake_delivery_new (void);
void             opt_fake_delivery_set_func (OptFakeDelivery *self,
                                             OptFakeFunc      func,
                                             gpointer         user_data);
void             opt_fake_delivery_set_clock (OptFakeDelivery *self,
                                              gpointer         clock);
GPtrArray       *opt_fake_delivery_get_calls (OptFakeDelivery *self);
OptFakeCall     *opt_fake_delivery_get_call (OptFakeDelivery *self,
                                             guint            index);
guint            opt_fake_delivery_count_open (OptFakeDelivery *self);
void             opt_fake_delivery_answer (OptFakeDelivery    *self,
                                           OptFakeCall        *call,
                                           const OptDelivered *delivered);
void             opt_fake_delivery_answer_ok (OptFakeDelivery *self,
                                              OptFakeCall     *call);
void             opt_fake_delivery_forget (OptFakeDelivery *self);

gboolean opt_fake_delivery_say_ok (OptFakeCall  *call,
                                   OptDelivered *delivered,
                                   gpointer      user_data);

G_END_DECLS
