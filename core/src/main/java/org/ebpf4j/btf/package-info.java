/// BTF, the type format of eBPF: types by id, and the function and line records of `.BTF.ext`.
@NullMarked
package org.ebpf4j.btf;

import org.jspecify.annotations.NullMarked;
