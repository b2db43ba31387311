/// Runs of programs by themselves.
@NullMarked
package org.ebpf4j.linux.internal.run;

import org.jspecify.annotations.NullMarked;
