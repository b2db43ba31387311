/// The intermediate form of a program: values in static single assignment, in blocks.
@NullMarked
package org.ebpf4j.program.internal.ir;

import org.jspecify.annotations.NullMarked;
