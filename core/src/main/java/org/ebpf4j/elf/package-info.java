/// A reader and a writer of ELF64 relocatable files, as clang writes them for the BPF target.
@NullMarked
package org.ebpf4j.elf;

import org.jspecify.annotations.NullMarked;
