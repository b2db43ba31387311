/// The command export: maps and statistics of programs as metrics.
@NullMarked
package org.ebpf4j.cli.export;

import org.jspecify.annotations.NullMarked;
