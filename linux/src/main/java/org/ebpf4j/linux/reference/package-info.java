/// Why objects of the kernel are still there: who holds references to programs, maps, links and
/// types, and how many the kernel counts.
@NullMarked
package org.ebpf4j.linux.reference;

import org.jspecify.annotations.NullMarked;
