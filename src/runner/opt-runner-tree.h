/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* opt-runner-tree: everything that descends from this process, wherever it put itself.
 *
 * As a child subreaper the runner is the ancestor of all that its job starts, also of what left the
 * session or was orphaned; process groups do not tell as much. */

#pragma once

/**
 * opt_runner_tree_signal: sends a signal to every descendant.
 * @number: the signal
 *
 * A process that is born meanwhile may be missed: call again until only the kernel's word
 * (no more children) ends it.
 *
 * Returns: how many there are that have not ended
 */
unsigned opt_runner_tree_signal (int number);
