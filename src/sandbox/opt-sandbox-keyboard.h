/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OPT_SANDBOX_CALLBACK_DATA_MAX 64

/**
 * OptSandboxKeyboard:
 * @markup: (owned) (nullable): JSON of an inline keyboard, as messages show it
 * @buttons: (owned) (nullable): JSON of a reply keyboard's rows
 * @is_removal: whether it takes reply keyboards away
 * @is_forced_reply: whether it asks for a reply
 *
 * What came as reply_markup; all empty if nothing did.
 */
typedef struct
{
  char    *markup;
  char    *buttons;
  gboolean is_removal;
  gboolean is_forced_reply;
} OptSandboxKeyboard;

char    *opt_sandbox_keyboard_read (OptSandboxKeyboard *self,
                                    const char         *json);
void     opt_sandbox_keyboard_clear (OptSandboxKeyboard *self);
char    *opt_sandbox_keyboard_find_data (const char *markup,
                                         const char *label);
gboolean opt_sandbox_keyboard_has_label (const char *buttons,
                                         const char *label);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptSandboxKeyboard, opt_sandbox_keyboard_clear)

G_END_DECLS
