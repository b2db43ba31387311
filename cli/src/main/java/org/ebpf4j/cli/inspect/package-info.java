/// Commands that show what is alive in the kernel: programs, maps, links, types.
@NullMarked
package org.ebpf4j.cli.inspect;

import org.jspecify.annotations.NullMarked;
