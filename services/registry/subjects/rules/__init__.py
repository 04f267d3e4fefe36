"""Who a subject is, decided from values alone: documents, numbers, names, ages, codes, and by what two people match."""
