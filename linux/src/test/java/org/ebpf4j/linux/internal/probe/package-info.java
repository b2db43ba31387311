@NullMarked
package org.ebpf4j.linux.internal.probe;

import org.jspecify.annotations.NullMarked;
