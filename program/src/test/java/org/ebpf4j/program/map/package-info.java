@NullMarked
package org.ebpf4j.program.map;

import org.jspecify.annotations.NullMarked;
