/// The commands run, load and unpin, and what they print of events, maps and lines.
@NullMarked
package org.ebpf4j.cli.run;

import org.jspecify.annotations.NullMarked;
