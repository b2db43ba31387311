/// The search for references to objects of the kernel: one class for each kind of holder.
@NullMarked
package org.ebpf4j.linux.internal.reference;

import org.jspecify.annotations.NullMarked;
