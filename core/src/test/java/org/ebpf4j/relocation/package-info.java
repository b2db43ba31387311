@NullMarked
package org.ebpf4j.relocation;

import org.jspecify.annotations.NullMarked;
