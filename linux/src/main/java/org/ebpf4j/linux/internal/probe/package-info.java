/// What the kernel can do, found by trying.
@NullMarked
package org.ebpf4j.linux.internal.probe;

import org.jspecify.annotations.NullMarked;
