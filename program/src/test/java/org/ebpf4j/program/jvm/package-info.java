@NullMarked
package org.ebpf4j.program.jvm;

import org.jspecify.annotations.NullMarked;
