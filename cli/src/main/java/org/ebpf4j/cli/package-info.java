/// The command line: one class for each command.
@NullMarked
package org.ebpf4j.cli;

import org.jspecify.annotations.NullMarked;
