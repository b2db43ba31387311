/// What programs in Java are written with: annotations, the helper functions of the kernel
/// ([org.ebpf4j.program.Bpf]), contexts and packets.
@NullMarked
package org.ebpf4j.program;

import org.jspecify.annotations.NullMarked;
