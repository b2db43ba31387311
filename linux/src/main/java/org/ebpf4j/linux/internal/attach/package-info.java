/// How programs are attached: one class for each mechanism of the kernel.
@NullMarked
package org.ebpf4j.linux.internal.attach;

import org.jspecify.annotations.NullMarked;
