"""Who a person is, decided from values alone: documents, numbers, names, ages, and by what two of them match."""
