/// What programs print: the lines of the trace, and the streams of single programs.
@NullMarked
package org.ebpf4j.linux.trace;

import org.jspecify.annotations.NullMarked;
