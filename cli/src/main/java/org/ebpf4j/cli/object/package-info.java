/// The commands about object files: disasm, generate and link.
@NullMarked
package org.ebpf4j.cli.object;

import org.jspecify.annotations.NullMarked;
