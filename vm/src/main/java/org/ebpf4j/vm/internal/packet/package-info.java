/// Packets, and the contexts of programs that see them.
@NullMarked
package org.ebpf4j.vm.internal.packet;

import org.jspecify.annotations.NullMarked;
