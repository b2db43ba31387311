/// Questions to the kernel about the objects that are alive in it.
@NullMarked
package org.ebpf4j.linux.internal.query;

import org.jspecify.annotations.NullMarked;
