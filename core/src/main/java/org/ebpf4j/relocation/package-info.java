/// CO-RE: instructions compiled against one kernel's types, made to fit those of another. Types go
/// in, patched instructions come out; there is no kernel here.
@NullMarked
package org.ebpf4j.relocation;

import org.jspecify.annotations.NullMarked;
