/// `ebpf4j why` and `ebpf4j tree`: who holds objects of the kernel.
@NullMarked
package org.ebpf4j.cli.reference;

import org.jspecify.annotations.NullMarked;
