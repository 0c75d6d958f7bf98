/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where the agent is found on the session bus. */
#define OPT_IPC_BUS_NAME    "io.github.optimus_rpa.Optimus.Agent"
#define OPT_IPC_OBJECT_PATH "/io/github/optimus_rpa/Optimus/Agent"
#define OPT_IPC_PREFIX      "io.github.optimus_rpa.Optimus.Agent1."
