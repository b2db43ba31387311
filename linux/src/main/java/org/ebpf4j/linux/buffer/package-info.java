/// The memory of ring buffers, as this machine's kernel shares it, and the ways to wait for them.
@NullMarked
package org.ebpf4j.linux.buffer;

import org.jspecify.annotations.NullMarked;
