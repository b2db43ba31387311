/// Programs and links as they live in the kernel: their code, the places they are at, the functions
/// that they find by name.
@NullMarked
package org.ebpf4j.vm.internal.program;

import org.jspecify.annotations.NullMarked;
