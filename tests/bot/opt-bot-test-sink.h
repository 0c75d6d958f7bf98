/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-update-sink.h"

G_BEGIN_DECLS

#define OPT_TYPE_BOT_TEST_SINK (opt_bot_test_sink_get_type ())
G_DECLARE_FINAL_TYPE (OptBotTestSink, opt_bot_test_sink, OPT, BOT_TEST_SINK, GObject)

/**
 * OptBotTestSink:
 *
 * A sink that holds each batch until the test decides what became of it.
 */
OptBotTestSink *opt_bot_test_sink_new (void);
guint           opt_bot_test_sink_get_count (OptBotTestSink *self);
GPtrArray      *opt_bot_test_sink_get_batch (OptBotTestSink *self);
void            opt_bot_test_sink_wait_count (OptBotTestSink *self,
                                              guint           count);
void            opt_bot_test_sink_commit (OptBotTestSink *self,
                                          gint64          offset);
void            opt_bot_test_sink_fail (OptBotTestSink *self);

G_END_DECLS
