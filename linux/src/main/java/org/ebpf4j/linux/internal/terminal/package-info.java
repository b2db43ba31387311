/// What the command line asks of the terminal.
@NullMarked
package org.ebpf4j.linux.internal.terminal;

import org.jspecify.annotations.NullMarked;
